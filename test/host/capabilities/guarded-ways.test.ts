import { provideFetch } from "../../../host/capabilities/fetch.ts";
import { provideApi } from "../../../host/capabilities/posthog-api.ts";
import { describeGuardedWays } from "../../contract/guarded-ways.ts";

describeGuardedWays("the Worker", (egress, { hosts, injections, account }) => ({
  fetch: provideFetch(egress, { rules: { hosts, loopback: false }, injections }),
  api: provideApi(egress, () => account),
}));
