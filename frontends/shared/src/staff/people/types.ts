/** Schemas of the staff operations under short names. */
import type { components } from '../../api/contract'

type Schemas = components['schemas']
export type Member = Schemas['StaffRead']
export type MemberPage = Schemas['StaffPage']
export type Invited = Schemas['StaffInvited']
export type StaffRole = Member['role']
export type StaffStatus = Member['status']
export type StaffAction = Member['available_actions'][number]
export type Afterwards = Schemas['HandOver']['afterwards']
export type SupervisedOffice = Schemas['SupervisedOffice']
export type InvitationRead = Schemas['InvitationRead']
export type InvitationAccept = Schemas['InvitationAccept']

/** Whom to invite, as the forms have it; an empty address is none. */
export interface Person {
  name: string
  id_number: string
  phone: string
  email: string
}
