const keys = { projectApiKey: "phc_other", personalApiKey: "phx_mine" };

export async function runEveryDay({ storage }) {
  const response = await posthog.api.get("/api/cohort/", {
    data: { limit: 1 },
    host: "https://app.posthog.com",
    ...keys,
  });
  const { results } = await response.json();
  await storage.set(
    "cohorts",
    results.map(({ name }) => name),
  );
}

export const jobs = {
  half: () => posthog.api.get("/api/cohort/", { personalApiKey: "phx_mine" }),
};
