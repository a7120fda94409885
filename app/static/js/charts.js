// Charts: each [data-chart] holds an ECharts option as JSON; the table beside it folds away.
"use strict";

(() => {
  const theme = getComputedStyle(document.documentElement);
  const token = (name) => theme.getPropertyValue(name).trim();
  const colours = [1, 2, 3, 4, 5].map((number) => token(`--chart-${number}`));
  const text = { color: token("--ink2"), fontFamily: token("--sans"), fontSize: 12 };
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  document.querySelectorAll("[data-chart]").forEach((canvas) => {
    const option = JSON.parse(canvas.querySelector("script").textContent);
    canvas.hidden = false;
    const chart = echarts.init(canvas);
    const grid = { left: 8, right: 8, top: 32, bottom: 8, containLabel: true };
    chart.setOption({ color: colours, textStyle: text, animation: !still, grid, ...option });
    // A bar that stands for a number of the page opens as that number does.
    chart.on("click", ({ data }) => document.getElementById(data?.opens)?.click());
    window.addEventListener("resize", () => chart.resize());
    canvas.parentElement.querySelector("[data-chart-table]").open = false;
  });
})();
