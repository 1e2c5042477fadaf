export {
  nginxFile,
  type NginxFileIdentity,
  type NginxFileSpec,
} from './configuration/nginx-file.js';
