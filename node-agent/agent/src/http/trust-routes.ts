/**
 * How a phone comes to trust this node's https: the site's authority to install, and the steps for
 * each system. The authority is public; whoever installs it compares its fingerprint.
 */
import { trustInstructions, trustSystems } from '@muster/provisioning';
import { apiErrors, type Body, errorBody, jsonBody } from './answer.ts';
import { type HttpsCare, siteAuthorityOf } from './https-care.ts';
import { listOf, object, type Route, text } from './routes.ts';

const instructionsSchema = object(
  {
    system: text('android, iphone, windows, macos, linux or firefox.'),
    title: text('For people.'),
    steps: listOf(text('What to do, in order.')),
    note: text('What else to know.'),
  },
  ['note'],
);

const trustSchema = object(
  {
    https: text('Where this node is served over TLS; absent while it is not.'),
    fingerprint: text('SHA-256 of the site’s authority; absent where none is known here.'),
    certificate: text('Path of the authority, to install it.'),
    instructions: listOf(instructionsSchema),
  },
  ['https', 'fingerprint', 'certificate'],
);

export function trustRoutes(folder: string, care: () => HttpsCare | undefined): Route[] {
  return [
    {
      path: '/api/v1/trust',
      type: 'application/json',
      summary: 'How to come to https.',
      schema: trustSchema,
      answer: ({ host }) => {
        const authority = siteAuthorityOf(folder);
        const https = care()?.urlFor(host);
        return jsonBody({
          ...(https && { https }),
          ...(authority && { fingerprint: authority.fingerprint, certificate: crtPath }),
          instructions: trustSystems.map(trustInstructions),
        });
      },
    },
  ];
}

const crtPath = '/site-ca.crt';

/** Files, like those of the web app: the authority in both forms that systems take. */
export function authorityRoutes(folder: string): Route[] {
  return [
    {
      path: '/site-ca.pem',
      type: 'application/x-pem-file',
      summary: 'The site’s authority, PEM.',
      answer: () => fileBody('application/x-pem-file', siteAuthorityOf(folder)?.pem),
    },
    {
      path: crtPath,
      type: 'application/x-x509-ca-cert',
      summary: 'The site’s authority, DER.',
      answer: () => fileBody('application/x-x509-ca-cert', siteAuthorityOf(folder)?.der),
    },
  ];
}

function fileBody(type: string, content: string | Uint8Array | undefined): Body {
  return content === undefined ? errorBody(apiErrors.notFound) : { type, text: content };
}
