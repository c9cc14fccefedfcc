import { call } from '../../api/client'
import type { Intent } from '../../api/intent'
import type { StaffRealm } from '../offices'
import type { Afterwards, Invited, Member, MemberPage, Person, StaffRole, StaffStatus } from './types'

export interface PeopleFilter {
  status: StaffStatus | null
  role: StaffRole | null
  cursor: string | null
}

/** The accounts of one office and what its administrator, or its superior's, may do. Operations reject with ApiProblem. */
export interface People {
  /** Of the office whose accounts these are. */
  realm: StaffRealm
  /** Whether it is an office under one's own: then only its administrators are one's business. */
  supervised: boolean
  list(filter: PeopleFilter, signal: AbortSignal): Promise<MemberPage>
  /** `replace` counts for an office under one's own only. */
  invite(person: Person, role: StaffRole, replace: boolean, intent: Intent): Promise<Invited>
  inviteAgain(member: Member, phone: string, email: string, intent: Intent): Promise<Invited>
  handOver(to: Member, afterwards: Afterwards): Promise<Member>
}

const ROWS = 50

function query({ status, role, cursor }: PeopleFilter) {
  return { status: status ?? undefined, role: role ?? undefined, cursor: cursor ?? undefined, limit: ROWS }
}

function contacts(phone: string, email: string) {
  return { phone: phone.trim() || null, email: email.trim() || null }
}

function bodyOf({ name, id_number, phone, email }: Person) {
  return { name: name.trim(), id_number: id_number.trim(), phone: phone.trim(), email: email.trim() || null }
}

/** The accounts of one's own office. */
export function ownPeople(realm: StaffRealm) {
  const staff = `/api/v1/${realm}/staff` as const
  const at = (member: Member) => ({ account_id: member.id })
  return {
    realm,
    supervised: false,
    list: (filter: PeopleFilter, signal: AbortSignal) => call('get', staff, { query: query(filter), signal }),
    invite: (person: Person, role: StaffRole, _replace: boolean, intent: Intent) =>
      call('post', staff, { body: { ...bodyOf(person), role }, intent }),
    inviteAgain: (member: Member, phone: string, email: string, intent: Intent) =>
      call('post', `${staff}/{account_id}/invitation`, { path: at(member), body: contacts(phone, email), intent }),
    handOver: (to: Member, afterwards: Afterwards) =>
      call('post', `${staff}/hand-over`, { body: { to_account_id: to.id, afterwards } }),
    changeRole: (member: Member, role: StaffRole) =>
      call('patch', `${staff}/{account_id}`, { path: at(member), body: { role, seen_role: member.role } }),
    disable: (member: Member) => call('post', `${staff}/{account_id}/disable`, { path: at(member) }),
    enable: (member: Member) => call('post', `${staff}/{account_id}/enable`, { path: at(member) }),
  }
}
export type OwnPeople = ReturnType<typeof ownPeople>

/** The accounts of an institution that one's authority registers, or of an authority directly under it. */
export function supervisedPeople(kind: StaffRealm, officeId: string): People {
  const folder = kind === 'institution' ? ('institutions' as const) : ('subordinates' as const)
  const office = `/api/v1/authority/${folder}/{office_id}` as const
  const path = { office_id: officeId }
  return {
    realm: kind,
    supervised: true,
    list: (filter, signal) => call('get', `${office}/staff`, { path, query: query(filter), signal }),
    invite: (person, _role, replace, intent) =>
      call('post', `${office}/administrators`, { path, body: { ...bodyOf(person), replace }, intent }),
    inviteAgain: (member, phone, email, intent) =>
      call('post', `${office}/administrators/{account_id}/invitation`, {
        path: { ...path, account_id: member.id },
        body: contacts(phone, email),
        intent,
      }),
    handOver: (to, afterwards) =>
      call('post', `${office}/administrators/hand-over`, { path, body: { to_account_id: to.id, afterwards } }),
  }
}

/** Roles of an office, in the order in which a form offers them. */
export const ROLES: Record<StaffRealm, readonly StaffRole[]> = {
  institution: ['institution_handler', 'institution_administrator'],
  authority: ['authority_handler', 'authority_approver', 'authority_administrator', 'authority_auditor'],
}
