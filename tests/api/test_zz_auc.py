import time
from tests.api.test_recovery import *
async def test_auc(own_account, superuser):
    owners=[await own_account.owner() for _ in range(60)]
    known,unknown=[],[]
    for n,o in enumerate(owners):
        for typed,taken in ((o.login.login_name,known),(f"stranger_{n}",unknown)) if n%2 else ((f"stranger_{n}",unknown),(o.login.login_name,known)):
            proof=await own_account.proof("password_reset"); c=own_account.stranger()
            if n%20==0: await superuser.execute("DELETE FROM attempt_counter")
            b=time.perf_counter(); a=await c.call("POST","/password-resets",json={"login_name_or_phone":typed,"human_proof":proof}); taken.append(time.perf_counter()-b); assert a.status_code==202
    auc=sum((a>b)+.5*(a==b) for a in known for b in unknown)/3600
    print("AUC",auc)
