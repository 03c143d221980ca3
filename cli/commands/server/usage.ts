import { QUOTA_NAMES } from "../../../host/team/quotas/quotas.ts";
import { UsageError } from "../../errors.ts";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand, show } from "./server-command.ts";

/** What a team may use, and has used. */
export const USAGES: Readonly<Record<string, ServerCommand>> = {
  usage: {
    usage: "usage",
    summary: "how much the team has used of each of its quotas",
    async run(context) {
      const found = await context.client.request("GET", "/api/teams/{id}/usage", { params: { id: context.team } });
      show(context, found.quotas, ["name", "used", "limit", "percent", "resets_at"], found);
      if (!context.isJson && found.warnings.length > 0) context.terminal.print("", ...found.warnings);
    },
  },
  quota: {
    usage: "quota <name> <limit>",
    summary: "change one of the team's quotas; the operator's to do",
    help: ["LIMIT is a whole number, or default."],
    async run(context) {
      const [name = "", wanted] = context.args;
      const quota = QUOTA_NAMES.find((each) => each === name);
      if (quota === undefined) throw new UsageError(`there is no quota ${name}, only ${QUOTA_NAMES.join(", ")}`);
      const limit = wanted === "default" ? null : wholeNumber(wanted, "the limit");
      const { quotas } = await context.client.request("PATCH", "/api/teams/{id}", {
        params: { id: context.team },
        body: { quotas: { [quota]: limit } },
      });
      done(context, quotas, `the quota ${quota} is ${quotas[quota] ?? "at its default"}`);
    },
  },
};
