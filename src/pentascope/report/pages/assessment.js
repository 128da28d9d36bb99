"use strict";
(() => {
  const form = document.getElementById("filter");
  const rows = [...document.querySelectorAll(".verdict")].map((row) => ({ row, system: row.closest(".system"), group: row.closest(".group"), text: null }));
  if (!rows.length) return;
  form.hidden = false;
  const show = () => {
    const { o, d, s, y, t } = form.elements;
    const words = t.value.trim().toLowerCase();
    const some = Boolean(o.value || d.value || s.value || y.value || words);
    const seen = new Set();
    let shown = 0;
    for (const one of rows) {
      const data = one.row.dataset;
      let fits = (!o.value || data.o === o.value) && (!d.value || data.d === d.value) && (!s.value || data.s.split(" ").includes(s.value)) && (!y.value || one.system.dataset.y === y.value);
      if (fits && words) {
        one.text ??= one.row.textContent.toLowerCase();
        fits = one.text.includes(words);
      }
      one.row.hidden = !fits;
      if (fits) { shown += 1; seen.add(one.system).add(one.group); }
    }
    for (const part of document.querySelectorAll(".system, .group")) part.hidden = some && !seen.has(part);
    if (some) for (const part of seen) if (part.matches(".system")) part.open = true;
    form.querySelector("output").value = some ? `${shown} of ${rows.length} results` : `${rows.length} results`;
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) form.reset();
    setTimeout(() => {
      for (let part = target; part; part = part.parentElement) if (part.matches("details")) part.open = true;
      target.scrollIntoView();
    });
  };
  addEventListener("hashchange", reveal);
  show();
  if (location.hash.length > 1) reveal();
})();
