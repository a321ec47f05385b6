// SCIMMY behind Express, with a store in memory that finds a resource by its id at once:
//   node server.mjs FOLDER-OF-ITS-PACKAGES PORT
import { createRequire } from "node:module";
import { randomUUID } from "node:crypto";

const [folder, port] = process.argv.slice(2);
const from = createRequire(`${folder}/package.json`);
const load = (name) => from(name).default ?? from(name);
const [express, SCIMMY, SCIMMYRouters] = ["express", "scimmy", "scimmy-routers"].map(load);

function declare(resource, unique) {
  const kept = new Map();
  SCIMMY.Resources.declare(resource)
    .ingress(({ id }, data) => {
      const now = new Date();
      const old = id === undefined ? undefined : kept.get(id);
      if (id !== undefined && old === undefined) throw new SCIMMY.Types.Error(404, null, `no ${id}`);
      if (id === undefined) {
        for (const other of kept.values()) {
          if (other[unique] === data[unique]) throw new SCIMMY.Types.Error(409, "uniqueness", unique);
        }
      }
      const made = {
        ...JSON.parse(JSON.stringify(data)),
        id: old?.id ?? randomUUID(),
        meta: { created: old?.meta.created ?? now, lastModified: now },
      };
      kept.set(made.id, made);
      return made;
    })
    .egress(({ id, filter }) => {
      if (id !== undefined) {
        const found = kept.get(id);
        if (found === undefined) throw new SCIMMY.Types.Error(404, null, `no ${id}`);
        return found;
      }
      const all = [...kept.values()];
      return filter ? filter.match(all) : all;
    })
    .degress(({ id }) => {
      kept.delete(id);
    });
}

SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser);
declare(SCIMMY.Resources.User, "userName");
declare(SCIMMY.Resources.Group, "displayName");

const app = express();
app.use("/scim", new SCIMMYRouters({ type: "bearer", handler: () => "client" }));
app.listen(Number(port), "127.0.0.1");
