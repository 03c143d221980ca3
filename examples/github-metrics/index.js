async function runEveryMinute({ config }) {
  const response = await fetch(`${config.apiUrl}/repos/${config.repository}`);
  if (!response.ok) throw new Error(`GitHub says ${response.status} of ${config.repository}`);
  const metrics = await response.json();

  posthog.capture("github metrics", {
    stars: metrics.stargazers_count,
    open_issues: metrics.open_issues_count,
    forks: metrics.forks_count,
    subscribers: metrics.subscribers_count,
  });
}
