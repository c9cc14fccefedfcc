import { portalConfig } from '../portalConfig'

export default portalConfig('doctor')
