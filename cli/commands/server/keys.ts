import { wholeNumber } from "../../server/whole-number.ts";
import { done, type ServerCommand } from "./server-command.ts";
import { tenantOf } from "./tenants.ts";

const OF_ORG = { org: { type: "string" } } as const;

/** Changing what SDKs and scripts show to be let in. */
export const KEYS: Readonly<Record<string, ServerCommand>> = {
  "add-key": {
    usage: "add-key [label]",
    summary: "add a project key to the team",
    options: { key: { type: "string" } },
    help: ["--key KEY            the key itself; one is made without it"],
    async run(context) {
      const [label] = context.args;
      const { key } = context.flags;
      const body = { ...(label !== undefined && { label }), ...(typeof key === "string" && { key }) };
      const params = { id: context.team };
      const made = await context.client.request("POST", "/api/teams/{id}/project_keys", { params, body });
      done(context, made, `${made.key} (${made.id})`);
    },
  },
  "revoke-key": {
    usage: "revoke-key <id>",
    summary: "end a project key: events with it are refused within a minute",
    async run(context) {
      const params = { id: context.team, key_id: wholeNumber(context.args[0], "the key") };
      const revoked = await context.client.request("DELETE", "/api/teams/{id}/project_keys/{key_id}", { params });
      done(context, revoked, `${revoked.key} is revoked`);
    },
  },
  "add-token": {
    usage: "add-token <label>",
    summary: "make an API token of the team; it is shown once",
    options: { ...OF_ORG, write: { type: "boolean" } },
    help: [
      "--org ID             of an organization instead",
      "--write              that may change things, not only read",
    ],
    async run(context) {
      const { kind, id } = tenantOf(context);
      const [label = ""] = context.args;
      const scopes: ("read" | "write")[] = context.flags["write"] === true ? ["read", "write"] : ["read"];
      const made = await context.client.request("POST", `/api/${kind}/{id}/tokens`, {
        params: { id },
        body: { label, scopes },
      });
      done(context, made, made.token);
    },
  },
  "revoke-token": {
    usage: "revoke-token <id>",
    summary: "end a token at once",
    options: OF_ORG,
    help: ["--org ID             of an organization instead"],
    async run(context) {
      const { kind, id } = tenantOf(context);
      const token = wholeNumber(context.args[0], "an id");
      const params = { id, token_id: token };
      const revoked = await context.client.request("DELETE", `/api/${kind}/{id}/tokens/{token_id}`, { params });
      done(context, revoked, `token ${token} is revoked`);
    },
  },
};
