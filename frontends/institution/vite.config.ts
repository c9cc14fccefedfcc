import { portalConfig } from '../portalConfig'

export default portalConfig('institution')
