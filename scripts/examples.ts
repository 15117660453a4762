/** Invented conversations in Augno's shape, long enough to look at. */

const people = {
  ada: {
    id: 'acus_0k3v8x2m9q1a',
    name: 'Ada Brandt',
    handle: 'ada.brandt@example.com',
    avatar_url: 'https://example.com/ada.png',
  },
  noor: { id: 'acus_7t5c1z8w4r2b', name: 'Noor Haddad', handle: 'noor.haddad@example.com', avatar_url: null },
  jonas: { id: 'acus_2h6y9p3k5s8c', name: 'Jonas Lind', handle: 'jonas.lind@example.com', avatar_url: null },
};

type Person = keyof typeof people;

interface Line {
  by: Person;
  body: string;
  file?: string;
  subject?: string;
}

interface Example {
  id: string;
  title: string;
  audience: 'internal' | 'customer';
  lines: Line[];
}

const actor = (person: Person) => ({ object: 'actor', type: 'user', role: null, ...people[person] });

const list = (data: unknown[]) => ({
  object: 'list',
  page_info: { next_page_url: null, previous_page_url: null, has_next_page: false, has_prev_page: false },
  data,
});

const document = ({ id, title, audience, lines }: Example) => {
  const start = Date.parse('2026-11-02T09:00:00Z');
  const at = (index: number) => new Date(start + index * 95_000).toISOString();
  const suffix = id.slice(3, 11);
  const messages = lines.map(({ by, body, file, subject = null }, index) => ({
    id: `mg_${suffix}${String(index).padStart(4, '0')}`,
    object: 'chat_message',
    kind: subject === null ? 'chat' : 'email',
    status: 'sent',
    visibility: audience === 'customer' ? 'external' : 'internal',
    conversation: null,
    sequence: index + 1,
    body,
    subject,
    sender: actor(by),
    author: actor(by),
    attachments: list(
      file === undefined
        ? []
        : [
            {
              id: `mgah_${suffix}${String(index).padStart(4, '0')}`,
              object: 'message_attachment',
              kind: 'file',
              filename: file,
              content_type: 'application/pdf',
              size_bytes: 48_213,
              url: `https://files.example.com/${suffix}/${index}`,
              resource: null,
              created_at: at(index),
            },
          ],
    ),
    reply_to: null,
    resource: null,
    channel: subject === null ? 'message' : 'email',
    scheduled_at: null,
    agent_run: null,
    streaming_state: null,
    client_message_id: null,
    edited_at: null,
    deleted_at: null,
    created_at: at(index),
    updated_at: at(index),
  }));
  const participants = [...new Set(lines.map(({ by }) => by))].map((by, index) => ({
    id: `cvpt_${suffix}${String(index).padStart(4, '0')}`,
    object: 'conversation_participant',
    type: 'user',
    role: index === 0 ? 'owner' : 'member',
    membership: 'active',
    notifications: 'unmuted',
    actor: actor(by),
    agent_trigger_policy: null,
    agent_trigger_keywords: [],
  }));
  const conversation = {
    id,
    object: 'conversation',
    type: 'group',
    audience,
    title,
    workflow_status: audience === 'customer' ? 'open' : null,
    group: null,
    status: 'active',
    legal_hold: 'released',
    assignee: audience === 'customer' ? actor('noor') : null,
    participants: list(participants),
    topic: null,
    unread: 2,
    last_message_at: at(lines.length - 1),
    last_message: null,
    created_at: at(0),
    updated_at: at(lines.length - 1),
  };
  return { conversation, messages };
};

const examples: Example[] = [
  {
    id: 'cv_w35z4ck68yq7',
    title: 'Card charged twice for order 10442',
    audience: 'customer',
    lines: [
      { by: 'ada', body: 'Hello, my card was charged twice for order 10442.' },
      { by: 'noor', body: 'Hi Ada, sorry about that! Let me look it up. Which card did you use?' },
      { by: 'ada', body: 'The one ending in 4242. The full number is 4242 4242 4242 4242 if you need it.' },
      { by: 'noor', body: 'Thanks, but please never send the full number. The last four digits are enough.' },
      {
        by: 'ada',
        body: 'Oh no. Can you delete it? I also sent a photo of my statement.',
        file: 'statement-ada-brandt.pdf',
      },
      { by: 'noor', body: 'I will have the conversation redacted. First I make sure that you get your money.' },
      { by: 'ada', body: 'It is 89.90 euros, twice, on 31 October.' },
      { by: 'noor', body: 'Found both charges. The second one is on its way back, two to three working days.' },
      { by: 'ada', body: 'Great. Should I send my IBAN? It is DE02 1203 0000 0000 2020 51.' },
      { by: 'noor', body: 'No need, it goes back to the card. I will close this now and ask for the redaction.' },
    ],
  },
  {
    id: 'cv_8m2q0vj4x9ta',
    title: 'Handover of the night shift',
    audience: 'internal',
    lines: [
      { by: 'jonas', body: 'Night shift: 14 calls, two escalations, both closed.' },
      { by: 'noor', body: 'Anything I should know about the second one?' },
      {
        by: 'jonas',
        body: 'The patient gave me her insurance number, A123456780, and her date of birth. It is in the notes.',
      },
      { by: 'noor', body: 'Then the notes must go. I open a request with the privacy officer.' },
      { by: 'jonas', body: 'Thanks. The rest is in the handover sheet.', file: 'handover-2026-11-02.pdf' },
      { by: 'noor', body: 'Got it. Sleep well!' },
    ],
  },
  {
    id: 'cv_5r7n3bd1h6ke',
    title: 'Change of address',
    audience: 'customer',
    lines: [
      {
        by: 'ada',
        body: 'Please change my address to Am Kanal 7, 20457 Hamburg.',
        subject: 'New address from December',
      },
      {
        by: 'jonas',
        body: 'Dear Ms Brandt, we have changed it. Is your phone number still 040 555 0100?',
        subject: 'Re: New address from December',
      },
      { by: 'ada', body: 'Yes, and the door code is 2580.', subject: 'Re: New address from December' },
      { by: 'jonas', body: 'Thank you, we have noted it for the courier.', subject: 'Re: New address from December' },
    ],
  },
];

export const exampleDocuments = examples.map(document);
