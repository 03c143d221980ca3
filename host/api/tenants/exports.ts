import { exportOrganization } from "../../tenants/export-organization.ts";
import { exportTeam } from "../../tenants/export-team.ts";
import { tarOf, type TarFile } from "../../tenants/tar.ts";
import { route } from "../route.ts";
import { theOrganization, theTeam } from "../subjects.ts";

const TAR = "application/x-tar";
const description =
  "An archive of rows, as lines of JSON, and files. No secret is in it. What changes meanwhile may be in it as it was, as it is, or as both.";

/** Everything that is a tenant's, to take away. */
export const exportRoutes = [
  route("/api/teams/{id}/export", theTeam, (declare) => ({
    GET: declare({
      summary: "Everything that is the team's",
      description,
      role: "organization",
      access: "read",
      content: TAR,
      handle: async ({ env, subject, now }) => download(`team-${subject.id}`, exportTeam(env, subject, now)),
    }),
  })),
  route("/api/organizations/{id}/export", theOrganization, (declare) => ({
    GET: declare({
      summary: "Everything that is the organization's and its teams'",
      description,
      role: "organization",
      access: "read",
      content: TAR,
      handle: async ({ env, subject, now }) =>
        download(`organization-${subject.id}`, exportOrganization(env, subject, now)),
    }),
  })),
];

function download(name: string, files: AsyncIterable<TarFile>): Response {
  const headers = { "Content-Type": TAR, "Content-Disposition": `attachment; filename="${name}.tar"` };
  return new Response(tarOf(files), { headers });
}
