/* Groups of fields and lines of a form that may be added and removed. */
osakadx.each("[data-repeat]", function (holder) {
  var template = holder.querySelector("template"), list = holder.querySelector("[data-repeat-list]");
  var next = list.children.length;
  function wire(item) {
    osakadx.each("[data-repeat-remove]", function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { item.remove(); holder.querySelector("[data-repeat-add]").focus(); });
    }, item);
  }
  Array.prototype.forEach.call(list.children, wire);
  var add = osakadx.make("button", { type: "button", "class": "button small", "data-repeat-add": "" }, holder.dataset.repeat);
  add.addEventListener("click", function () {
    var box = document.createElement("div");
    box.innerHTML = template.innerHTML.replace(/REPEATING-INDEX0/g, next).replace(/REPEATING-INDEX1/g, next + 1);
    next += 1;
    var item = box.firstElementChild;
    list.appendChild(item);
    wire(item);
    var field = item.querySelector("input, select, textarea");
    if (field) field.focus();
  });
  holder.appendChild(add);
});
