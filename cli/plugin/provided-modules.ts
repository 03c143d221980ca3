import { DEFAULT_LIMITS } from "../../runtime/limits.ts";
import { provideEncoding } from "../../runtime/ambient/encoding.ts";
import { provideIntl } from "../../runtime/ambient/intl.ts";
import { provideUrl } from "../../runtime/ambient/url.ts";
import { RANDOM_KEY_BYTES } from "../../runtime/random.ts";
import { Sandbox } from "../../runtime/sandbox.ts";
import { loadImage } from "../image.ts";

const answers = new Map<string, Promise<boolean>>();

/** Whether plugins can import a module without bringing it along. The guest itself is asked: it alone has the list. */
export function isProvided(name: string): Promise<boolean> {
  const answer = answers.get(name) ?? ask(name);
  answers.set(name, answer);
  return answer;
}

async function ask(name: string): Promise<boolean> {
  const sandbox = Sandbox.load({
    image: await loadImage(),
    script: {
      code: `exports.jobs = {}; try { require(${JSON.stringify(name)}); exports.jobs.isThere = function () {}; } catch {}`,
      filename: "question.js",
    },
    config: {},
    attachments: [],
    limits: DEFAULT_LIMITS,
    randomKey: new Uint8Array(RANDOM_KEY_BYTES),
    clock: { now: () => 0, utcOffset: () => 0 },
    provide: (scope) => ({ encoding: provideEncoding(), intl: provideIntl(scope), url: provideUrl() }),
    denials: {},
  });
  const isThere = sandbox.discovery.jobs.includes("isThere");
  sandbox.dispose();
  return isThere;
}
