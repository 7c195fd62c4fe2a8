// The graph that answers to the pointer. It takes its numbers from the table below the server's drawing, which stays for those who listen.
import { LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([LineChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

const colour = (name) => {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = `var(--${name})`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
};

/** One row of the table: label, words of both numbers, the numbers themselves (null where there is none), and notes. */
const read = (row) => {
  const [now, before] = [...row.querySelectorAll("td.num")].map((cell) => ({ words: cell.textContent, value: cell.dataset.value ? +cell.dataset.value : null }));
  const { tick, day, flag } = row.dataset;
  const notes = [...row.querySelectorAll(".noted span")].map((note) => `\n${note.textContent}`).join("");
  return { label: row.querySelector("th").textContent.trim(), tick, day, flag, notes, now, before };
};

/** The numbers of notes, above the buckets they belong to. */
function flagsOf(rows, ink) {
  const label = { color: ink.card, backgroundColor: ink.ink, borderRadius: 9, padding: [4, 5, 4, 5], fontSize: 11, fontWeight: 600, distance: 2 };
  const data = rows.flatMap((row, place) => (row.flag ? [{ xAxis: place, label: { formatter: row.flag } }] : []));
  return { silent: true, symbol: "none", animation: false, label, lineStyle: { color: ink.soft, type: [2, 3] }, data };
}

function optionsOf(figure, rows, running) {
  const ink = { soft: colour("soft"), line: colour("line"), accent: colour("accent"), card: colour("card"), ink: colour("ink") };
  const words = { now: figure.dataset.metric, before: figure.dataset.before };
  const format = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact" });
  const line = { type: "line", symbolSize: 7, showSymbol: rows.length < 3, emphasis: { disabled: true } };
  const whole = rows.map((row, place) => (place === running ? null : row.now.value));
  const open = rows.map((row, place) => (running !== null && (place === running || place === running - 1) ? row.now.value : null));
  const accent = { color: ink.accent, width: 2.5 };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 250,
    grid: { left: 46, right: 12, top: rows.some((row) => row.flag) ? 24 : 12, bottom: 26 },
    xAxis: { type: "category", data: rows.map((row) => row.tick), boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: ink.line } }, axisLabel: { color: ink.soft, hideOverlap: true } },
    yAxis: { type: "value", splitNumber: 4, axisLabel: { color: ink.soft, formatter: (value) => format.format(value) }, splitLine: { lineStyle: { color: ink.line } } },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: ink.card,
      borderColor: ink.line,
      textStyle: { color: ink.ink },
      axisPointer: { lineStyle: { color: ink.soft } },
      formatter: ([point]) => {
        const row = rows[point.dataIndex];
        const before = row.before ? `\n${words.before}: ${row.before.words}` : "";
        return `${row.label}\n${words.now}: ${row.now.words}${before}${row.notes}`;
      },
    },
    series: [
      { ...line, data: rows.map((row) => row.before?.value ?? null), lineStyle: { color: ink.soft, width: 1.5 }, itemStyle: { color: ink.soft } },
      { ...line, data: whole, lineStyle: accent, itemStyle: { color: ink.accent }, areaStyle: { color: ink.accent, opacity: 0.1 }, markLine: flagsOf(rows, ink) },
      { ...line, data: open, lineStyle: { ...accent, type: "dashed" }, itemStyle: { color: ink.accent } },
    ],
  };
}

/** A click on a day looks at that day alone, as a link would. */
function onClick(chart, rows, event) {
  const [place] = chart.convertFromPixel({ seriesIndex: 1 }, [event.offsetX, event.offsetY]);
  const day = rows[Math.round(place)]?.day;
  if (!day) return;
  const there = new URL(location.href);
  for (const name of ["interval", "from", "to"]) there.searchParams.delete(name);
  there.searchParams.set("period", "custom");
  there.searchParams.set("from", day);
  there.searchParams.set("to", day);
  location.assign(there);
}

function show(figure) {
  const rows = [...figure.querySelectorAll("tbody tr")].map(read);
  const running = figure.dataset.running ? +figure.dataset.running : null;
  figure.classList.add("drawn"); // first: with both drawings there for a moment, the page would scroll
  const place = figure.insertBefore(document.createElement("div"), figure.firstChild);
  place.className = "chart";
  place.setAttribute("aria-hidden", "true");
  const chart = init(place, null, { renderer: "canvas" });
  const draw = () => chart.setOption(optionsOf(figure, rows, running), true);
  draw();
  chart.getZr().on("click", (event) => onClick(chart, rows, event));
  new ResizeObserver(() => chart.resize()).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

document.querySelectorAll("figure[data-chart]").forEach(show);
