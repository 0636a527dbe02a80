// Stands in every page of the dashboard. Pressing Esc three times leaves at once; a
// session that is over takes the page away, with everything on it.
(function () {
  "use strict";
  var pressed = [];
  function away(path) {
    document.documentElement.hidden = true;
    window.location.replace(path);
  }
  window.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { pressed = []; return; }
    if (event.repeat) { return; }
    var now = Date.now();
    pressed = pressed.filter(function (one) { return now - one < 1500; });
    pressed.push(now);
    if (pressed.length >= 3) { away("/leave"); }
  }, true);
  function look() {
    fetch("/door/state", { cache: "no-store", redirect: "error" }).then(function (answer) {
      if (answer.status === 401) {
        return answer.text().then(function (why) { away("/signed-out/" + why.trim()); });
      }
      return undefined;
    }, function () { return undefined; });
  }
  window.setInterval(look, 10000);
  window.addEventListener("focus", look);
  window.addEventListener("pageshow", function (event) { if (event.persisted) { look(); } });
})();
