export { nginxFile, type NginxFileIdentity, type NginxFileSpec } from './nginx-file.js';
