interface ReadFamily {
  type: string;
  help: string;
  samples: { labels: Record<string, string>; value: number }[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/y;
const UNESCAPED: Readonly<Record<string, string>> = { "\\\\": "\\", '\\"': '"', "\\n": "\n" };

/**
 * Reads Prometheus' text format, version 0.0.4, as strictly as its grammar is: each metric in one group behind its HELP and TYPE, no sample
 * twice, counters that are called so and are not negative. Throws for anything else.
 */
export function readExposition(text: string): Record<string, ReadFamily> {
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line does not end");
  const families: Record<string, ReadFamily> = {};
  let current: { name: string; family: ReadFamily } | undefined;
  const lines = text.split("\n").slice(0, -1);
  for (const [i, line] of lines.entries()) {
    const [, helped, help = ""] = new RegExp(`^# HELP (${NAME}) (.+)$`).exec(line) ?? [];
    if (helped !== undefined) {
      if (Object.hasOwn(families, helped)) throw new Error(`${helped} comes in two groups`);
      const [, typed, type = ""] = new RegExp(`^# TYPE (${NAME}) (counter|gauge)$`).exec(lines[i + 1] ?? "") ?? [];
      if (typed !== helped) throw new Error(`${helped} has no type`);
      if ((type === "counter") !== helped.endsWith("_total")) throw new Error(`${helped} is a ${type}`);
      current = { name: helped, family: { type, help, samples: [] } };
      families[helped] = current.family;
      continue;
    }
    if (line.startsWith("# TYPE")) continue;
    const [, name, , labels = "", number = ""] =
      new RegExp(`^(${NAME})(\\{(.*)\\})? (-?(?:\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|Inf)|NaN)$`).exec(line) ?? [];
    if (name === undefined || name !== current?.name) throw new Error(`line ${i + 1} is no sample: ${line}`);
    const sample = { labels: labelsIn(labels), value: Number(number) };
    const { samples, type } = current.family;
    const key = JSON.stringify(sample.labels);
    if (samples.some((other) => JSON.stringify(other.labels) === key)) throw new Error(`${line} comes twice`);
    if (type === "counter" && !(sample.value >= 0)) throw new Error(`${line} is no count`);
    samples.push(sample);
  }
  return families;
}

function labelsIn(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name = "", value = ""] = LABEL.exec(text) ?? [];
    if (name === "" || Object.hasOwn(labels, name)) throw new Error(`{${text}} are no labels`);
    labels[name] = value.replaceAll(/\\["\\n]/g, (escape) => UNESCAPED[escape] ?? "");
  }
  return labels;
}
