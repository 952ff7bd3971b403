/* Links and buttons that CKAN marks with confirm-action: ask first, then send a POST with the page's token.
   Without this script a link leads to CKAN's own page that asks. */
osakadx.each('[data-module~="confirm-action"]', function (element) {
  function question() {
    if (element.dataset.moduleContent) return element.dataset.moduleContent;
    return element.dataset.moduleI18n ? JSON.parse(element.dataset.moduleI18n).content : element.textContent.trim();
  }
  element.addEventListener("click", function (event) {
    if (!window.confirm(question())) { event.preventDefault(); return; }
    if (element.tagName !== "A") return;
    event.preventDefault();
    var token = osakadx.csrf(), form = osakadx.make("form", { method: "post", action: element.href, hidden: "" });
    form.appendChild(osakadx.make("input", { type: "hidden", name: token.name, value: token.value }));
    document.body.appendChild(form);
    form.submit();
  });
});
