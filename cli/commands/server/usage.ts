import { z } from "zod";
import { QUOTA_NAMES } from "../../../host/team/quotas/quotas.ts";
import { UsageError } from "../../errors.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, show } from "./server-command.ts";

const usage = z.looseObject({ quotas: z.array(z.looseObject({})), warnings: z.array(z.string()) });
const team = z.looseObject({ quotas: z.record(z.string(), z.number()) });

/** What a team may use, and has used. */
export const USAGES: Readonly<Record<string, ServerCommand>> = {
  usage: {
    usage: "usage",
    summary: "how much the team has used of each of its quotas",
    async run(context) {
      const found = await context.client.request("GET", `/api/teams/${context.team}/usage`, usage);
      const columns = ["name", "used", "limit", "percent", "resets_at"];
      show(context, context.isJson ? found : found.quotas, columns);
      if (!context.isJson && found.warnings.length > 0) context.terminal.print("", ...found.warnings);
    },
  },
  quota: {
    usage: "quota <name> <limit>",
    summary: "change one of the team's quotas; the operator's to do",
    help: ["LIMIT is a whole number, or default."],
    async run(context) {
      const [name = "", wanted] = context.args;
      if (!QUOTA_NAMES.some((each) => each === name))
        throw new UsageError(`there is no quota ${name}, only ${QUOTA_NAMES.join(", ")}`);
      const limit = wanted === "default" ? null : wholeNumber(wanted, "the limit");
      const body = { quotas: { [name]: limit } };
      const saved = await context.client.request("PATCH", `/api/teams/${context.team}`, team, body);
      done(context, saved.quotas, `the quota ${name} is ${saved.quotas[name] ?? "at its default"}`);
    },
  },
};
