import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, 'deploy');
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');

const { scripts, packageManager } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
) as { scripts: Record<string, string>; packageManager: string };

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
  readonly build?: { readonly context: string; readonly dockerfile: string };
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly valueFrom?: object }[];
}

describe('the migration job', () => {
  const stages = DockerfileParser.parse(read('Dockerfile'));
  const told = stages
    .getInstructions()
    .map((it) => [it.getKeyword(), it.getArgumentsContent() ?? ''] as const);
  const of = (keyword: string) => told.filter(([each]) => each === keyword).map(([, text]) => text);

  it('has a Dockerfile without a fault, in stages, for nobody’s user', () => {
    expect(validate(read('Dockerfile'))).toEqual([]);
    expect(of('FROM')).toHaveLength(2);
    expect(of('FROM').every((image) => /:\S*\d/.test(image))).toBe(true);
    const last = told.slice(told.map(([keyword]) => keyword).lastIndexOf('FROM'));
    expect(last.map(([keyword]) => keyword)).not.toContain('RUN');
    expect(last.find(([keyword]) => keyword === 'USER')?.[1]).toBe('1000:1000');
  });

  it('is built by commands of this workspace, and begins with its program', () => {
    const commands = of('RUN').map((text) => text.replace(`npx --yes ${packageManager} `, ''));
    expect(commands[0]).toBe('install --frozen-lockfile');
    const [, script = ''] = /^run (\S+) \/packed$/.exec(commands[1] ?? '') ?? [];
    expect(scripts).toHaveProperty([script]);
    const [, program = ''] = JSON.parse(of('ENTRYPOINT')[0] ?? '[]') as string[];
    expect(existsSync(path.join(root, program)), program).toBe(true);
  });

  it('is one image and one command for Compose and for Kubernetes, as nobody and read only', () => {
    const { services } = parse(read('compose.yaml')) as { services: Record<string, Service> };
    const job = parse(read('job.yaml')) as {
      kind: string;
      spec: {
        template: {
          spec: {
            restartPolicy: string;
            securityContext: object;
            containers: readonly (Container & { readonly securityContext: object })[];
          };
        };
      };
    };
    const { containers, restartPolicy, securityContext } = job.spec.template.spec;
    const [container] = containers;
    expect({ kind: job.kind, restartPolicy, securityContext }).toMatchObject({
      ...{ kind: 'Job', restartPolicy: 'Never' },
      securityContext: { runAsNonRoot: true, runAsUser: 1000 },
    });
    expect(container?.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    });
    expect(services['migrate']).toMatchObject({ read_only: true, image: container?.image });
    expect(services['migrate']?.command).toEqual(container?.args);
    expect(services['migrate']?.command).toEqual(JSON.parse(of('CMD')[0] ?? ''));
    const { context = '', dockerfile = '' } = services['migrate']?.build ?? {};
    expect(existsSync(path.resolve(folder, context, dockerfile))).toBe(true);
    expect(container?.env.map(({ name }) => name).sort()).toEqual(
      Object.keys(services['migrate']?.environment ?? {}).sort(),
    );
  });

  it('holds no password: each comes from a Secret or the environment', () => {
    for (const file of readdirSync(folder)) {
      expect(read(file), file).not.toMatch(/:\/\/\w+:(?!\$\{\w+:\?\})[^@\s]+@/);
    }
    const [container] = (
      parse(read('job.yaml')) as { spec: { template: { spec: { containers: Container[] } } } }
    ).spec.template.spec.containers;
    expect(container?.env.every(({ valueFrom }) => valueFrom !== undefined)).toBe(true);
  });
});
