// The class's page: charts from the data in the page, sorting, searching, and going to a student and back.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const view = byId("class");
  const figures = JSON.parse(byId("figures").textContent);
  const charts = ["distribution", "spread", "tasks"].filter((name) => byId(`chart-${name}`));
  const choice = byId("choice");
  let drawn = false;
  let left = 0; // where the class's view was scrolled to

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function theme() {
    const [ink, line] = [colour("--muted"), colour("--line")];
    const axis = { gridcolor: line, linecolor: line, zerolinecolor: line, tickcolor: line };
    const of = (name) => Object.entries(axis).map(([key, value]) => [`${name}.${key}`, value]);
    return {
      "font.family": getComputedStyle(document.body).fontFamily,
      "font.color": ink,
      "font.size": 12,
      "hoverlabel.bgcolor": colour("--card"),
      "hoverlabel.bordercolor": line,
      "hoverlabel.font.color": colour("--ink"),
      ...Object.fromEntries([...of("xaxis"), ...of("yaxis")]),
      "xaxis.dividercolor": line,
    };
  }

  // A chart that is drawn while its place is hidden gets a wrong size.
  function draw() {
    if (drawn || view.offsetParent === null) return;
    drawn = true;
    for (const name of charts) {
      const { data, layout } = figures[name];
      const place = byId(`chart-${name}`);
      Plotly.newPlot(place, data, layout, { displayModeBar: false, responsive: true });
      Plotly.relayout(place, theme());
    }
    byId("chart-tasks")?.on("plotly_click", ({ points }) => {
      location.hash = points[0].customdata;
    });
    choose();
  }

  function choose() {
    if (!choice) return;
    const shown = figures.distribution.data.map((_, index) => index === choice.selectedIndex);
    Plotly.restyle("chart-distribution", { visible: shown });
    const place = byId("chart-tasks");
    if (!place) return;
    const range = figures.ranges[choice.selectedIndex];
    place.style.minWidth = `${220 + 13 * (range[1] - range[0])}px`;
    Plotly.relayout(place, { "xaxis.range": range, autosize: true });
  }

  function value(row, column) {
    const cell = row.cells[column];
    return cell.dataset.value ?? cell.textContent.trim();
  }

  // What has no value comes last either way.
  function compare(first, second, isNumber, sign) {
    if (first === "" || second === "") return (first === "") - (second === "");
    if (isNumber) return sign * (Number(first) - Number(second));
    return sign * first.localeCompare(second, undefined, { numeric: true });
  }

  function sort(heading) {
    const body = byId("table-students").tBodies[0];
    const isNumber = heading.classList.contains("num");
    const before = heading.getAttribute("aria-sort");
    const now = before === "none" ? (isNumber ? "descending" : "ascending") : before === "ascending" ? "descending" : "ascending";
    for (const other of heading.parentElement.cells) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", now);
    const sign = now === "ascending" ? 1 : -1;
    const keyed = [...body.rows].map((row) => [value(row, heading.cellIndex), row]);
    keyed.sort((one, other) => compare(one[0], other[0], isNumber, sign));
    body.append(...keyed.map(([, row]) => row));
  }

  function search() {
    const rows = [...byId("table-students").tBodies[0].rows];
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    const found = rows.filter((row) => !row.hidden).length;
    byId("found").textContent = words.length ? `${found} of ${rows.length}` : "";
  }

  function arrive({ oldURL, newURL }) {
    const student = document.querySelector(".student:target");
    draw();
    if (student) {
      student.querySelector("h2").focus({ preventScroll: true });
      window.scrollTo(0, 0);
    } else if (/#student-\d+$/.test(oldURL) && /(#class|\.html)$/.test(newURL)) {
      window.scrollTo(0, left);
    }
  }

  document.addEventListener("scroll", () => {
    if (view.offsetParent !== null) left = window.scrollY;
  });
  window.addEventListener("hashchange", arrive);
  for (const medium of ["(prefers-color-scheme: dark)", "print"]) {
    matchMedia(medium).addEventListener("change", () => {
      if (drawn) charts.forEach((name) => Plotly.relayout(`chart-${name}`, theme()));
    });
  }
  choice?.addEventListener("change", choose);
  byId("search")?.addEventListener("input", search);
  document.querySelectorAll("th[aria-sort] button").forEach((button) => {
    button.addEventListener("click", () => sort(button.parentElement));
  });
  window.addEventListener("load", draw); // before it, nothing is the target yet
})();
