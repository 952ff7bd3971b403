/* What every script below shares. Pages work without any of them; words come from data attributes of the templates. */
var osakadx = {
  each: function (selector, act, root) {
    Array.prototype.forEach.call((root || document).querySelectorAll(selector), act);
  },
  make: function (name, attributes, text) {
    var element = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    if (text) element.textContent = text;
    return element;
  },
  csrf: function () {
    var name = document.querySelector('meta[name="csrf_field_name"]').content;
    return { name: name, value: document.querySelector('meta[name="' + name + '"]').content };
  }
};
document.documentElement.classList.add("js");
