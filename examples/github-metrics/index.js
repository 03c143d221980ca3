async function runEveryMinute() {
  const response = await fetch("https://api.github.com/repos/PostHog/posthog");
  const metrics = await response.json();

  posthog.capture("github metrics", {
    stars: metrics.stargazers_count,
    open_issues: metrics.open_issues_count,
    forks: metrics.forks_count,
    subscribers: metrics.subscribers_count,
  });
}
