import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { type Plugin } from 'rolldown';
import { readManifest, type Manifest } from './manifest.mjs';

/** The path of a bundle's list of packages, in `dist`. */
export const SBOM = 'sbom.cdx.json';

/**
 * Lists the packages whose code a bundle holds, with their versions, as CycloneDX 1.6. `npm audit`
 * can't know them: they are no dependencies for users of our packages. The list comes from the
 * modules in the bundle, not from a declaration. CycloneDX's own library writes it.
 *
 * @param manifest package.json of the bundle's package
 * @param fileName of the list, below the bundle's folder
 */
export function sbom(manifest: Manifest, fileName = SBOM): Plugin {
  return {
    name: 'sbom',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((file) =>
        file.type === 'chunk' ? Object.keys(file.modules) : [],
      );
      const folders = [...new Set(modules.flatMap(packageFolder))].sort();
      if (folders.length === 0) return;
      this.emitFile({ type: 'asset', fileName, source: listOf(manifest, folders) });
    },
  };
}

/** The folder of the package that a module belongs to; none for our own. */
function packageFolder(id: string): readonly string[] {
  const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? [];
  return folder === undefined ? [] : [folder];
}

function listOf(manifest: Manifest, folders: readonly string[]): string {
  const bom = new Models.Bom();
  bom.metadata.component = componentOf(manifest);
  for (const folder of folders) bom.components.add(componentOf(readManifest(folder)));
  const normalizer = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const options = { space: 2, sortLists: true };
  return `${new Serialize.JsonSerializer(normalizer).serialize(bom, options)}\n`;
}

function componentOf({ name, version, license }: Manifest): Models.Component {
  const [, group, own = name] = /^(?:(@[^/]+)\/)?(.+)$/.exec(name) ?? [];
  // package-url's specification: the @ of a scope is percent-encoded.
  const purl = `pkg:npm/${group ? `${encodeURIComponent(group)}/` : ''}${own}@${version}`;
  const about = { version, purl, bomRef: purl, ...(group && { group }) };
  const component = new Models.Component(Enums.ComponentType.Library, own, about);
  if (license) component.licenses.add(new Models.SpdxLicense(license));
  return component;
}
