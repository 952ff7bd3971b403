/* The map of points: shows the name of the place nearest to the pointer. The list below the map says the same. */
osakadx.each("[data-points]", function (figure) {
  var svg = figure.querySelector("svg"), said = figure.querySelector("output");
  var points = JSON.parse(figure.dataset.points);
  var mark = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  mark.setAttribute("r", 7);
  mark.setAttribute("class", "near");
  function nearest(event) {
    var at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    var best = null, reach = 24 * 24;
    points.forEach(function (point) {
      var distance = Math.pow(point[0] - at.x, 2) + Math.pow(point[1] - at.y, 2);
      if (distance < reach) { best = point; reach = distance; }
    });
    return best;
  }
  svg.addEventListener("pointermove", function (event) {
    var point = nearest(event);
    if (!point) { mark.remove(); said.textContent = ""; return; }
    mark.setAttribute("cx", point[0]);
    mark.setAttribute("cy", point[1]);
    svg.appendChild(mark);
    said.textContent = point[2];
  });
  svg.addEventListener("pointerleave", function () { mark.remove(); said.textContent = ""; });
});
