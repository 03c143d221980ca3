import { provideFetch } from "../../cli/capabilities/fetch.ts";
import { openNetwork } from "../../cli/capabilities/network.ts";
import { provideApi } from "../../host/capabilities/posthog-api.ts";
import { describeGuardedWays } from "../contract/guarded-ways.ts";

describeGuardedWays("hoglet run", (egress, { hosts, injections, account }) => {
  const way = openNetwork({ kind: "real" }, egress, []);
  return {
    fetch: provideFetch(way, { rules: { hosts, loopback: false }, injections }),
    api: provideApi(way, () => account),
  };
});
