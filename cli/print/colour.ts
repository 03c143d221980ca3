import { styleText } from "node:util";

type Style = (text: string) => string;

/** Colours for a terminal, and none for anything else. `NO_COLOR` and `FORCE_COLOR` are honoured. */
export interface Colours {
  added: Style;
  removed: Style;
  changed: Style;
  bold: Style;
  dim: Style;
}

export function coloursFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Colours {
  const isForced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0";
  const isOn = isForced || (stream.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb");
  const style =
    (format: Parameters<typeof styleText>[0]): Style =>
    (text) =>
      isOn ? styleText(format, text, { validateStream: false }) : text;
  return {
    added: style("green"),
    removed: style("red"),
    changed: style("yellow"),
    bold: style("bold"),
    dim: style("dim"),
  };
}
