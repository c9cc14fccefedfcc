// Scan, confirm and result pages. All words stand hidden in the page, in its language.
"use strict";
(() => {
  const token = location.hash.slice(1);
  // The token is read once; it stays neither in the address nor in the history.
  history.replaceState(null, "", location.pathname);

  const part = (name) => document.querySelector(`[data-part="${name}"]`);

  function hideAll() {
    for (const one of document.querySelectorAll("[data-part], [data-outcome]")) one.hidden = true;
  }

  function show(outcome) {
    hideAll();
    const known = [...document.querySelectorAll("[data-outcome]")];
    const found = known.find((one) => one.dataset.outcome === outcome);
    (found ?? known.find((one) => one.dataset.outcome === "unreachable")).hidden = false;
  }

  // Gives the answer's body, or shows how it ended and gives null.
  async function ask(path, body) {
    let answer, content;
    try {
      answer = await fetch(`/api/v1/wechat/${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(body),
        credentials: "same-origin",
      });
      content = await answer.json();
    } catch {
      show("unreachable");
      return null;
    }
    if (answer.ok) return content;
    const outcomes = { ticket_gone: "expired", wechat_bound_elsewhere: "bound_elsewhere" };
    show(outcomes[content.code] ?? (answer.status === 422 ? "expired" : "unreachable"));
    return null;
  }

  async function scan() {
    const answer = await ask("scans", { scan_token: token });
    if (answer !== null) location.replace(answer.authorisation_url);
  }

  async function confirm() {
    const asked = await ask("confirmations/lookups", { confirm_token: token });
    if (asked === null) return;
    asked.started_at = new Date(asked.started_at).toLocaleString(document.documentElement.lang);
    for (const place of document.querySelectorAll("[data-value]")) {
      place.textContent = asked[place.dataset.value];
    }
    const buttons = [...document.querySelectorAll("[data-decision]")];
    for (const button of buttons) {
      button.addEventListener("click", async () => {
        for (const one of buttons) one.disabled = true;
        const decision = button.dataset.decision;
        const answer = await ask("confirmations", { confirm_token: token, decision });
        if (answer !== null) location.replace(`/wechat/result#${answer.status}`);
      });
    }
    part("waiting").hidden = true;
    part("question").hidden = false;
  }

  const pages = { scan, confirm, result: () => show(token) };
  pages[document.body.dataset.page]?.();
})();
