"""Makes src/registry_api/kit/common_passwords.txt.xz: passwords that a new one must not be.

    python tools/password_blocklist.py LIST...

Each LIST is a file of breached or frequent passwords, the most frequent first: one a line (.txt, .txt.gz) or a JSON
array. The committed file was made from the lists of Django 5.2.19 (`common-passwords.txt.gz`, BSD), zxcvbn 4.5.0
(`frequency_lists.py`, saved as JSON, MIT) and @zxcvbn-ts/language-common 4.1.3 (`passwords.json`, MIT). They know few
passwords of Chinese users, so patterns that the studies of leaked Chinese lists report are added: common words, pinyin
and surnames, and keyboard walks, each before or after digits that people like (years, dates, runs, lucky numbers).

Only what the rule for doctors admits is kept (6 to 16 letters and digits, both present), in lower case: the rest is
refused before the list is asked. The result depends on the input alone.
"""

# ruff: noqa: SIM905 (words in running lines can be read, lists of literals cannot)

import gzip
import json
import lzma
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src" / "registry_api" / "kit" / "common_passwords.txt.xz"
_ADMITTED = re.compile(r"(?=[a-z0-9]*[a-z])(?=[a-z0-9]*[0-9])[a-z0-9]{6,16}")

WORDS = """
a aa aaa abc abcd abcde abcdef admin administrator ai aini aishang alex angel asd asdf asdfg asdfgh asdfghjkl baby
baobao baobei beijing boss changsha chengdu china chongqing chun computer dalian daxue dongdong doctor dragon fanfan
feifei football forever gaoxing guangzhou guest gongsi guojia haha hangzhou happy hello henan huanhuan huawei hunan
iloveu iloveyou jiankang jiating jiayou jinan jordan kele kobe laoban laogong laopo laoshi leilei lele letmein
liangliang lingling login lovely loveyou lucky mama master meili meimei mima mingming mm monkey mylove nanjing nihao
ok pass passwd password pengyou ping qaz qazwsx qq qqq qw qwe qweasd qwer qwert qwerty qwertyuiop root shandong
shanghai shenzhen shijie sichuan ss sunshine super system taiyang taobao test tianjin tiantian tiger tongtong user
wangwang wanwan wechat weiwei welcome wo woaini woaiwojia woaizhongguo woshishui wuhan wx xian xiangxiang xiaobai
xiaofang xiaohong xiaolong xiaoming xiaoqiang xiaoyu xingfu xinxin xuexi yangyang yingying yisheng yiyuan yuanyuan
zaq zhongguo zhongyi zhongyao zhuce zhuanchang zhuzhu zx zxc zxcv zxcvb zxcvbn zxcvbnm zz zzz
""".split()
SURNAMES = """
wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang han feng
deng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren yao shen zhong cui tan fan jin
shi liao jia xia fu fang zou xiong bai meng qin qiu hou yan xue lei long duan hao kong shao mao chang wan gu lai wen
""".split()
SECOND_NAMES = (
    "wei fang na min jing li qiang lei yang jun yong jie juan yan tao ming hua ping gang ying yu".split()
)
WALKS = """
1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 2wsx3edc a1b2c3 a1b2c3d4 a1s2d3 a1s2d3f4
q1w2e3 q1w2e3r4 q1w2e3r4t5 qaz123wsx qazwsx123 qwe123asd z1x2c3 z1x2c3v4 zaq12wsx zaq1xsw2 1234qwer 123qweasd 12qwaszx
asd123qwe qwer1234asdf 147258a 159357a
""".split()


def runs() -> Iterator[str]:
    """Digits that people put beside a word: runs, repeats, lucky and love numbers."""
    for length in range(1, 10):
        yield "123456789"[:length]
        yield "987654321"[:length]
        for digit in "0123456789":
            yield digit * min(length, 8)
    for pair in ("12", "01", "10", "11", "66", "68", "88", "99", "69"):
        yield pair
        yield pair * 2
        yield pair * 3
    yield from (
        "007 100 101 110 111 119 120 123123 123321 111222 112233 123000 1314 5201314 520 521 5211314 5210 5200 1414 147"
        " 147258 147258369 159 159357 159753 168 1688 16888 168168 258 321 369 456 456789 518 51888 618 654321 666888"
        " 678 7758258 7758521 789 789456 789456123 888 8888 88888888 911 94 1234321 12341234 1234567890 0123456789"
    ).split()


def years() -> Iterator[str]:
    """Years of birth and of the present, also as two digits."""
    for year in range(1950, 2031):
        yield str(year)
        yield f"{year % 100:02d}"


def days() -> Iterator[str]:
    """Days of the year as MMDD."""
    for month, length in enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1):
        for day in range(1, length + 1):
            yield f"{month:02d}{day:02d}"


def patterns() -> Iterator[str]:
    """Words, names and walks with digits before or after."""
    numbers = sorted({*runs(), *years()})
    names = sorted({first + second for first, second in product(SURNAMES, SECOND_NAMES)})
    initials = sorted({a + b + c for a, b, c in product("wlzychxsg", "xyjhlmz", "hjlmypfwq")})
    for word in sorted({*WORDS, *SURNAMES}):
        for number in (*numbers, *days()):
            yield word + number
        for number in numbers:
            yield number + word
            yield word + number + word[0]
    for name, number in product(
        names, ("1", "12", "123", "1234", "12345", "123456", "520", "666", "888", "168")
    ):
        yield name + number
    for letters, number in product(
        initials, ("123", "1234", "12345", "123456", "520", "1314", "5201314", "888888")
    ):
        yield letters + number
    for walk in WALKS:
        yield walk
        yield from (walk + ending for ending in ("1", "12", "123", "a", "q", "qwe", "888", "2020", "2026"))


def read(path: Path) -> Iterator[str]:
    """The passwords of a list."""
    if path.suffix == ".json":
        yield from json.loads(path.read_text("utf-8"))
        return
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from content.decode("utf-8").splitlines()


def main(lists: list[str]) -> None:
    """Writes the file and says how much is in it."""
    found = {one.strip().lower() for path in lists for one in read(Path(path))} | set(patterns())
    kept = sorted(one for one in found if _ADMITTED.fullmatch(one))
    text = "\n".join(["", *kept, ""]).encode()
    TARGET.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
    sys.stdout.write(f"{len(kept)} passwords, {TARGET.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:])
