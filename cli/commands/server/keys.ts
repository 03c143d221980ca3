import { z } from "zod";
import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand } from "./server-command.ts";

const key = z.looseObject({ id: z.number(), key: z.string() });

/** Changing what SDKs show to be let in. */
export const KEYS: Readonly<Record<string, ServerCommand>> = {
  "add-key": {
    usage: "add-key [label]",
    summary: "add a project key to the team",
    options: { key: { type: "string" } },
    help: ["--key KEY            the key itself; one is made without it"],
    async run(context) {
      const [label] = context.args;
      const body = {
        ...(label !== undefined && { label }),
        ...(context.flags["key"] !== undefined && { key: context.flags["key"] }),
      };
      const made = await context.client.request("POST", `/api/teams/${context.team}/project_keys`, key, body);
      done(context, made, `${made.key} (${made.id})`);
    },
  },
  "revoke-key": {
    usage: "revoke-key <id>",
    summary: "end a project key: events with it are refused within a minute",
    async run(context) {
      const path = `/api/teams/${context.team}/project_keys/${wholeNumber(context.args[0], "the key")}`;
      const revoked = await context.client.request("DELETE", path, key);
      done(context, revoked, `${revoked.key} is revoked`);
    },
  },
};
