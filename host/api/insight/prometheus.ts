import { allRollUps } from "../../store/roll-ups.ts";
import { route } from "../route.ts";
import { nothing } from "../subjects.ts";
import { EXPOSITION_TYPE, expositionOf } from "./exposition.ts";
import { metricFamilies } from "./metric-families.ts";

/** What Prometheus asks for. */
export const prometheusRoutes = [
  route("/metrics", nothing, (declare) => ({
    GET: declare({
      summary: "The counters of all teams, for Prometheus",
      description:
        "Each team's object tells its numbers once a minute while something changes; asking wakes none. Counters never go back.",
      role: "operator",
      access: "read",
      content: EXPOSITION_TYPE,
      async handle({ scope }) {
        const text = expositionOf(await metricFamilies(allRollUps(scope.db)));
        return new Response(text, { headers: { "Content-Type": EXPOSITION_TYPE } });
      },
    }),
  })),
];
