import { zhCN, type Texts } from './zh-CN'

/** The catalogue in use. A second language is a second object of the same type; this is the one place that picks. */
export const texts: Texts = zhCN
