/** What a client checks of the server: sslmode of libpq (PostgreSQL's manual, 34.19), without its weak ones. */
export const TLS_MODES = ['verify-full', 'verify-ca', 'require', 'disable'] as const;
export type TlsMode = (typeof TLS_MODES)[number];
