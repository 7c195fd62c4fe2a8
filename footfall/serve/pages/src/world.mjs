// Prints the map of the world: the size of its box, then a line a country: ISO 3166 alpha-2 code and outline, an SVG path in whole units.
// Natural Earth 1:110m in the Equal Earth projection, borders as Natural Earth draws them.
import { createRequire } from "node:module";
import { geoEqualEarth, geoPath } from "d3-geo";
import { feature } from "topojson-client";

const require = createRequire(import.meta.url);
const { numericToAlpha2 } = require("i18n-iso-countries");
const world = require("world-atlas/countries-110m.json");

const WIDTH = 1600;
const ICE = "AQ"; // nobody is there to be counted, and it would take a tenth of the map
/** What has no code of its own in the data: the code that addresses there carry. */
const CODES = { Kosovo: "XK", "N. Cyprus": "CY", Somaliland: "SO" };
const codeOf = ({ id, properties }) => (id ? numericToAlpha2(id) : CODES[properties.name]);

/** Takes what d3 draws: rings of whole points, none twice in a row. */
class Rings {
  rings = [];
  moveTo(x, y) {
    this.rings.push([[Math.round(x), Math.round(y)]]);
  }
  lineTo(x, y) {
    const ring = this.rings.at(-1);
    const [next, last] = [[Math.round(x), Math.round(y)], ring.at(-1)];
    if (next[0] !== last[0] || next[1] !== last[1]) ring.push(next);
  }
  closePath() {}
}

/** Where a ring begins, and from there step by step; a minus parts numbers as well as a space does. */
function pathOf(ring) {
  const steps = ring.slice(1).map(([x, y], place) => [x - ring[place][0], y - ring[place][1]]);
  return `M${ring[0].join(" ")}l${steps.flat().join(" ")}z`.replaceAll(" -", "-");
}

const countries = feature(world, world.objects.countries).features.filter((country) => codeOf(country) !== ICE);
const whole = { type: "FeatureCollection", features: countries };
// Turned so that the edge runs through the Bering Strait, and Chukotka stays with its country.
const projection = geoEqualEarth().rotate([-11, 0]).fitWidth(WIDTH, whole);
const height = Math.ceil(geoPath(projection).bounds(whole)[1][1]);

const paths = new Map();
for (const country of countries) {
  const drawn = new Rings();
  geoPath(projection, drawn)(country);
  const path = drawn.rings.filter((ring) => ring.length > 2).map(pathOf).join("");
  paths.set(codeOf(country), (paths.get(codeOf(country)) ?? "") + path);
}
const lines = [...paths].filter(([, path]) => path).sort().map((line) => line.join("\t"));
console.log([`${WIDTH} ${height}`, ...lines].join("\n"));
