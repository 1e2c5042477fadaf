/** The files of nginx as the old roles wrote them. */

/** nginx.conf: it replaced Debian's. The site depends on its map. */
export const OLD_NGINX_CONF = `user www-data;
worker_processes auto;
pid /run/nginx.pid;
include /etc/nginx/modules-enabled/*.conf;

events {
  worker_connections 768;
}

http {
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  keepalive_timeout 65;
  types_hash_max_size 2048;
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log;
  error_log /var/log/nginx/error.log;
  gzip on;

  map $http_upgrade $connection_upgrade {
    default upgrade;
    "" close;
  }

  include /etc/nginx/conf.d/*.conf;
  include /etc/nginx/sites-enabled/*;
}
`;

/** letsencrypt.conf: port 80 of a host with certificates. */
export const OLD_LETSENCRYPT_CONF = `server {
  listen 80 default_server;
  listen [::]:80 default_server;
  server_name _;

  location /.well-known/acme-challenge {
    root /var/www/letsencrypt;
    default_type "text/plain";
  }

  location / {
    return 301 https://$host$request_uri;
  }
}
`;

/** permacoop.conf. */
export function oldSite(client: string, domain: string | undefined): string {
  const listen =
    domain === undefined
      ? `listen 80 default_server;
  listen [::]:80 default_server;`
      : `listen 443 ssl http2;
  listen [::]:443 ssl http2;

  ssl_certificate /etc/letsencrypt/live/${domain}/fullchain.pem;
  ssl_certificate_key /etc/letsencrypt/live/${domain}/privkey.pem;
  ssl_session_timeout 1d;
  ssl_session_cache shared:MozSSL:10m;
  ssl_session_tickets off;
  ssl_dhparam /etc/nginx/dhparams.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256;
  ssl_prefer_server_ciphers off;`;
  return `add_header X-Frame-Options DENY;
add_header X-Content-Type-Options nosniff;
add_header X-XSS-Protection "1; mode=block";

upstream ${client} {
  server 127.0.0.1:3001;
}

upstream api {
  server 127.0.0.1:3000;
}

server {
  ${listen}
  server_name ${domain ?? '_'};

  location = /favicon.ico {
    log_not_found off;
    access_log off;
  }

  # With its path.
  location /api/ {
    proxy_pass http://api;
    proxy_set_header Host $host;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
  }

  location / {
    proxy_pass http://${client};
    proxy_set_header Host $host;
    proxy_http_version 1.1;
  }
}
`;
}
