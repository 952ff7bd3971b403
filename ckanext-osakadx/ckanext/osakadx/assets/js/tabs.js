/* Sections that stand below each other become tabs. Keys as in the ARIA pattern: arrows, Home, End. */
osakadx.each("[data-tabs]", function (holder) {
  var panels = Array.prototype.filter.call(holder.children, function (child) { return child.dataset.tab; });
  if (panels.length < 2) return;
  var list = osakadx.make("div", { role: "tablist", "class": "tabs", "aria-label": holder.dataset.tabs });
  var tabs = panels.map(function (panel) {
    var tab = osakadx.make("button", { type: "button", role: "tab", id: panel.id + "-tab", "aria-controls": panel.id }, panel.dataset.tab);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    osakadx.each("h2", function (heading) { heading.classList.add("visually-hidden"); }, panel);
    tab.addEventListener("click", function () { show(tab, true); });
    list.appendChild(tab);
    return tab;
  });
  function show(chosen, focus) {
    tabs.forEach(function (tab, index) {
      var on = tab === chosen;
      tab.setAttribute("aria-selected", on);
      tab.tabIndex = on ? 0 : -1;
      panels[index].hidden = !on;
    });
    if (focus) chosen.focus();
  }
  list.addEventListener("keydown", function (event) {
    var at = tabs.indexOf(document.activeElement), last = tabs.length - 1;
    var next = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    show(tabs[next], true);
  });
  holder.insertBefore(list, panels[0]);
  var wanted = panels.findIndex(function (panel) { return "#" + panel.id === location.hash; });
  show(tabs[Math.max(wanted, 0)], false);
});
