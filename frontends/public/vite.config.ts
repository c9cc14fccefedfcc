import { portalConfig } from '../portalConfig.ts'

export default portalConfig('public')
