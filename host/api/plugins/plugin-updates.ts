import { z } from "zod";
import { updatePlugin } from "../../store/plugins.ts";
import { jsonBody } from "../body.ts";
import { installFromUrl, newestOf, urlOf } from "./install-from-url.ts";
import { moveAll } from "./move-configs.ts";
import { installedAnswer, installedJson, pluginAnswer, shownPlugin } from "./plugin-json.ts";
import { tokenField } from "./plugin-upload.ts";
import { route } from "../route.ts";
import { thePlugin } from "../subjects.ts";

const upgrade = z.strictObject({
  tag: z
    .string()
    .min(1)
    .max(200)
    .exactOptional()
    .meta({ description: "An npm version, or a commit or tag of a repository" }),
  private_token: tokenField.exactOptional(),
  update_configs: z.boolean().default(false),
});

/** Newer versions of plugins that were installed from a URL. */
export const pluginUpdateRoutes = [
  route("/api/plugins/{id}/check_for_update", thePlugin, (declare) => ({
    POST: declare({
      summary: "Look where the plugin comes from whether there is a newer version",
      role: "organization",
      access: "write",
      isChange: false,
      answer: pluginAnswer,
      async handle({ env, scope, subject, now }) {
        const { value: latestTag, etag: latestTagEtag } = await newestOf(env, scope.own(subject));
        const seen = { latestTag, latestTagEtag, latestTagCheckedAt: now };
        return shownPlugin(scope, await updatePlugin(scope.db, subject, seen));
      },
    }),
  })),
  route("/api/plugins/{id}/upgrade", thePlugin, (declare) => ({
    POST: declare({
      summary: "Install another version from where the plugin comes from",
      description: "The newest, or the one of a tag. Configs stay at theirs, unless update_configs is true.",
      role: "organization",
      access: "write",
      body: jsonBody(upgrade),
      answer: installedAnswer,
      hasProgress: true,
      async handle(call) {
        const { env, scope, subject, body, now } = call;
        const plugin = scope.own(subject);
        const { organizationId } = plugin;
        const { tag, private_token: privateToken } = body;
        const installed = await installFromUrl(call, { url: urlOf(plugin), tag, privateToken, plugin, organizationId });
        const warnings = [...installed.warnings];
        if (body.update_configs) warnings.push(...(await moveAll(env, scope, installed.version, now)));
        return installedJson(installed.plugin, installed.version, warnings);
      },
    }),
  })),
];
