// Draws every <figure class="chart" data-chart="donut|bar|line"> from the table inside it. The table stays as its twin.

const still = matchMedia("(prefers-reduced-motion: reduce)");
const drawn = new Map();
const FONT = getComputedStyle(document.body).fontFamily;

function colourOf(element, property = "--hue") {
  const probe = document.createElement("span");
  probe.className = element.className;
  probe.hidden = true;
  element.append(probe);
  probe.style.color = `var(${property}, var(--accent))`;
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function faded(colour, alpha) {
  const [red, green, blue] = colour.match(/[\d.]+/g);
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

function read(figure) {
  const rows = [...figure.querySelectorAll("tbody tr")].filter((row) => row.querySelector("[data-value]"));
  const heads = [...figure.querySelectorAll("thead th")].slice(1).filter((head) => !head.hasAttribute("data-aside"));
  return {
    labels: rows.map((row) => row.querySelector("th").textContent.trim()),
    colours: rows.map((row) => colourOf(row.querySelector("[class*='hue-']") ?? row)),
    series: heads.map((head, index) => ({
      name: head.textContent.trim(),
      colour: colourOf(head),
      values: rows.map((row) => Number(row.querySelectorAll("[data-value]")[index]?.dataset.value ?? NaN)),
      texts: rows.map((row) => row.querySelectorAll("[data-value]")[index]?.textContent.trim()),
    })),
    addresses: rows.map((row) => [...row.querySelectorAll("[data-value]")].map((cell) => cell.querySelector("a")?.href)),
  };
}

function axisFormat(figure, digits) {
  const compact = { notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: digits };
  const format = (options) => new Intl.NumberFormat(document.documentElement.dataset.locale, options);
  try {
    return format({ ...compact, style: "currency", currency: figure.dataset.currency });
  } catch {
    return format(compact);
  }
}

// The fewest decimals with which the marks of an axis differ.
function markFormat(figure, values) {
  const texts = (digits) => values.map((value) => axisFormat(figure, digits).format(value || 0));
  const digits = [0, 1, 2, 3, 4].find((count) => new Set(texts(count)).size === values.length) ?? 4;
  return axisFormat(figure, digits);
}

function shared(figure, table, { calm } = {}) {
  const ink = colourOf(figure, "--ink-3");
  const line = colourOf(figure, "--line");
  return {
    animation: calm || still.matches ? false : { duration: 350 },
    maintainAspectRatio: false,
    interaction: { mode: "index", intersect: false },
    onClick: (event, hits) => {
      const address = hits.length && table.addresses[hits[0].index]?.[hits[0].datasetIndex];
      if (address) location.assign(address);
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        backgroundColor: colourOf(figure, "--ink"), titleColor: colourOf(figure, "--surface"), bodyColor: colourOf(figure, "--surface"),
        padding: 12, cornerRadius: 10, boxPadding: 6, usePointStyle: true,
        titleFont: { family: FONT, weight: 600 }, bodyFont: { family: FONT },
        callbacks: { label: (item) => ` ${item.dataset.label}: ${item.dataset.texts[item.dataIndex]}` },
      },
    },
    scales: {
      x: { grid: { display: false }, border: { display: false }, ticks: { color: ink, font: { family: FONT, size: 12 }, maxRotation: 0, autoSkipPadding: 14 } },
      y: { grid: { color: line, drawTicks: false }, border: { display: false }, ticks: { color: ink, font: { family: FONT, size: 12 }, padding: 10, maxTicksLimit: 5, callback: (value, index, ticks) => markFormat(figure, ticks.map((tick) => tick.value)).format(value || 0).replace("-", "\u2212") } },
    },
  };
}

function bar(figure, table, how) {
  const datasets = table.series.map((series) => ({
    label: series.name, data: series.values, texts: series.texts,
    backgroundColor: series.colour, borderColor: series.colour, hoverBackgroundColor: faded(series.colour, 0.8),
    borderRadius: 6, borderSkipped: "start", maxBarThickness: 26, categoryPercentage: 0.62, barPercentage: 0.86,
    borderWidth: 0,
  }));
  return { type: "bar", data: { labels: table.labels, datasets }, options: shared(figure, table, how) };
}

const isKnown = (value) => value !== undefined && !Number.isNaN(value);

// A day beside which none is known has a point, since no line leads to it.
function line(figure, table, how) {
  const datasets = table.series.map((series, index) => ({
    label: series.name, data: series.values, texts: series.texts, borderColor: series.colour, borderWidth: 2.25,
    backgroundColor: faded(series.colour, 0.1), fill: index === 0 ? "start" : false, cubicInterpolationMode: "monotone",
    pointRadius: series.values.map((_value, at, all) => (isKnown(all[at - 1]) || isKnown(all[at + 1]) ? 0 : 4)), pointHoverRadius: 5, pointHitRadius: 16, pointBackgroundColor: series.colour, spanGaps: false,
  }));
  const options = shared(figure, table, how);
  options.scales.y.grace = "8%";
  options.scales.y.beginAtZero = false;
  return { type: "line", data: { labels: table.labels, datasets }, options };
}

function donut(figure, table, how) {
  const options = shared(figure, table, how);
  delete options.scales;
  options.interaction = { mode: "nearest", intersect: true };
  options.plugins.tooltip.callbacks.label = (item) => ` ${item.dataset.texts[item.dataIndex]}`;
  const [series] = table.series;
  const dataset = {
    label: series.name, data: series.values.map((value) => Math.max(0, value)), texts: series.texts, backgroundColor: table.colours,
    borderColor: colourOf(figure, "--surface"), borderWidth: 2, hoverOffset: 4, borderRadius: 4,
  };
  return { type: "doughnut", data: { labels: table.labels, datasets: [dataset] }, options: { ...options, cutout: "74%" } };
}

function draw(figure, how) {
  const table = read(figure);
  const place = figure.querySelector(".chart-canvas");
  const twin = figure.querySelector(".chart-table");
  if (!window.Chart || !table.labels.length || !table.series.length) return;
  drawn.get(figure)?.destroy();
  place.querySelector("canvas")?.remove();
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", figure.dataset.label || figure.querySelector("caption")?.textContent.trim() || "");
  place.hidden = false;
  place.append(canvas);
  if (twin && !drawn.has(figure)) twin.open = false;
  drawn.set(figure, new window.Chart(canvas, { bar, line, donut }[figure.dataset.chart](figure, table, how)));
}

function drawAll(root = document, how = {}) {
  for (const [figure, chart] of drawn) {
    if (figure.isConnected) continue;
    chart.destroy();
    drawn.delete(figure);
  }
  for (const figure of root.querySelectorAll("figure[data-chart]")) draw(figure, how);
}

await document.fonts.ready;
drawAll();
document.addEventListener("live:refreshed", (event) => drawAll(event.target, { calm: true }));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());
matchMedia("print").addEventListener("change", () => drawAll(document, { calm: true }));
new MutationObserver(() => drawAll()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
