/* A button beside text that is meant to be pasted. */
osakadx.each("[data-copy]", function (holder) {
  if (!navigator.clipboard) return;
  var button = osakadx.make("button", { type: "button", "class": "button small" }, holder.dataset.copy);
  var said = osakadx.make("span", { role: "status", "class": "quiet" });
  button.addEventListener("click", function () {
    navigator.clipboard.writeText(holder.querySelector("pre, .cite").textContent.trim()).then(function () {
      said.textContent = holder.dataset.copied;
    });
  });
  var row = osakadx.make("div", { "class": "row-of" });
  row.appendChild(button);
  row.appendChild(said);
  holder.appendChild(row);
});
