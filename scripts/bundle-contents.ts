import { readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import * as CDX from '@cyclonedx/cyclonedx-library';
import { PROJECT } from './tools';

/**
 * Writes, beside the bundles of the functions, what they and the command line's hold of other people's work: the licences, and a bill of materials in
 * CycloneDX. It reads them from what esbuild says that it bundled.
 */

const DIST = join(PROJECT, 'lambda', 'dist');

interface Metafile {
  readonly inputs: Record<string, unknown>;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** A package that is bundled. */
interface Bundled extends Manifest {
  /** The texts of its licence and notices. */
  readonly texts: string[];
}

const packages = bundledPackages(
  [join(DIST, 'meta.json'), join(PROJECT, 'cli', 'dist', 'meta.json')].flatMap((file) =>
    Object.keys((JSON.parse(readFileSync(file, 'utf8')) as Metafile).inputs),
  ),
);
writeFileSync(join(DIST, 'THIRD-PARTY-LICENSES.txt'), licences(packages));
writeFileSync(join(DIST, 'sbom.cdx.json'), billOfMaterials(packages));

function bundledPackages(inputs: string[]): Bundled[] {
  const folders = new Set(
    inputs.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []),
  );
  return [...folders]
    .map((folder) => {
      const path = join(PROJECT, folder);
      const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;
      const texts = readdirSync(path)
        .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
        .map((file) => readFileSync(join(path, file), 'utf8').trim());
      if (!manifest.license) {
        throw new Error(`${manifest.name} ${manifest.version} is bundled, and names no licence`);
      }
      return { ...manifest, texts };
    })
    .sort((a, b) => idOf(a).localeCompare(idOf(b), 'en'));
}

function idOf({ name, version }: Manifest): string {
  return `${name}@${version}`;
}

/** Each text once, below the packages that it is of. */
function licences(all: Bundled[]): string {
  const byText = new Map<string, Bundled[]>();
  for (const each of all) {
    const text = each.texts.join('\n\n') || `Licensed under ${each.license}.`;
    byText.set(text, [...(byText.get(text) ?? []), each]);
  }
  const sections = [...byText].map(
    ([text, sharing]) =>
      `${sharing.map((each) => `${idOf(each)} (${each.license})`).join('\n')}\n\n${text}\n`,
  );
  return [
    'The functions and the command line of cdk-bedrock-model-import bundle the packages below.\n',
    ...sections,
  ].join(`\n${'-'.repeat(80)}\n\n`);
}

/** Without a time or a random number, so that the same bundles have the same one. */
function billOfMaterials(all: Bundled[]): string {
  const bom = new CDX.Models.Bom();
  bom.metadata.component = component(
    JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as Manifest,
  );
  all.forEach((each) => bom.components.add(component(each)));
  const factory = new CDX.Serialize.JSON.Normalize.Factory(CDX.Spec.Spec1dot6);
  return new CDX.Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 });
}

function component(manifest: Manifest): CDX.Models.Component {
  const [name, group] = manifest.name.split('/').reverse();
  const described = new CDX.Models.Component(CDX.Enums.ComponentType.Library, name, {
    group,
    version: manifest.version,
    bomRef: idOf(manifest),
    purl: `pkg:npm/${idOf(manifest).replace(/^@/, '%40')}`,
  });
  described.licenses.add(licence(manifest.license!));
  return described;
}

function licence(id: string): CDX.Models.License {
  return CDX.SPDX.isSupportedSpdxId(id) ? new CDX.Models.SpdxLicense(id) : new CDX.Models.NamedLicense(id);
}
