/* Fields for which the portal knows possible values: users, formats, keywords. The browser shows them. */
osakadx.each('input[data-module="autocomplete"][data-module-source]', function (input, index) {
  var list = osakadx.make("datalist", { id: "suggestions-" + index }), waiting;
  var many = input.hasAttribute("data-module-tags");
  input.setAttribute("list", list.id);
  input.setAttribute("autocomplete", "off");
  input.parentNode.appendChild(list);
  function values(answer) {
    var results = answer.ResultSet ? answer.ResultSet.Result : answer;
    return results.map(function (entry) { return entry.Name || entry.Format || entry.name || entry; });
  }
  input.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      var before = many ? input.value.replace(/[^,]*$/, "") : "";
      var typed = input.value.slice(before.length).trim();
      if (!typed) return;
      fetch(input.dataset.moduleSource.replace("?", "\u0000").replace("?", encodeURIComponent(typed)).replace("\u0000", "?"))
        .then(function (answer) { return answer.json(); })
        .then(function (answer) {
          list.replaceChildren.apply(list, values(answer).map(function (value) {
            return osakadx.make("option", { value: before + value });
          }));
        });
    }, 250);
  });
});
