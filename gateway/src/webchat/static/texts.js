// Every word that the widget says by itself, in Korean and English.

const TEXTS = {
  ko: {
    launcher: '채팅 열기', launcherUnread: '채팅 열기, 안 읽은 메시지 {n}개', close: '닫기', back: '처음으로',
    chat: '채팅', start: '새 문의하기', resume: '문의 이어 가기', earlier: '지난 문의', none: '아직 나눈 이야기가 없어요.',
    empty: '메시지를 남겨 주시면 답해 드릴게요.', away: '지금은 자리를 비웠어요. 남겨 주시면 답해 드릴게요.',
    say: '메시지를 입력하세요', send: '보내기', attach: '파일 첨부', remove: '{name} 빼기', log: '대화',
    typing: '상대방이 입력하고 있어요', sending: '보내는 중', sent: '보냄', read: '읽음', failed: '보내지 못했어요',
    again: '다시 보내기', discard: '지우기', more: '이전 메시지 더 보기', offline: '인터넷에 연결되어 있지 않아요.',
    reconnecting: '연결이 끊겼어요. 다시 연결하고 있어요…', back_online: '다시 연결되었어요.',
    closed: '상담이 종료되었어요.', blocked: '지금은 메시지를 보낼 수 없어요.', inputClosed: '지금은 버튼으로 답해 주세요.',
    required: '꼭 적어 주세요.', submit: '제출', submitted: '고맙습니다. 잘 받았어요.', choose: '골라 주세요',
    optional: '선택', yes: '예', no: '아니오',
    consent: '적어 주신 내용은 답변에만 쓰고 {days}일 뒤 지웁니다. 동의합니다.', needConsent: '동의해 주셔야 보낼 수 있어요.',
    badEmail: '이메일 주소를 다시 적어 주세요.', badPhone: '전화번호를 읽지 못했어요. 숫자로 다시 적어 주세요.',
    tooMany: '파일은 한 번에 10개까지 보낼 수 있어요.', tooLarge: '{name}: 1GB보다 큰 파일은 보낼 수 없어요.',
    uploadFailed: '{name}: 올리지 못했어요.', slow: '너무 빨라요. 잠시 뒤에 다시 보내 주세요.',
    image: '이미지', file: '파일', video: '동영상', audio: '음성', map: '지도에서 보기', sticker: '스티커',
    unknown: '보여 드릴 수 없는 내용이에요.', previous: '앞 카드', next: '다음 카드', gone: '이 채팅은 지금 쓸 수 없어요.',
    you: '나', us: '상담원', bot: '챗봇', today: '오늘', yesterday: '어제', newTab: '새 창에서 열림',
  },
  en: {
    launcher: 'Open chat', launcherUnread: 'Open chat, {n} unread', close: 'Close', back: 'Back to start',
    chat: 'Chat', start: 'New conversation', resume: 'Continue conversation', earlier: 'Earlier conversations',
    none: 'Nothing here yet.', empty: 'Leave us a message and we will answer.',
    away: 'We are away at the moment. Leave a message and we will answer.',
    say: 'Write a message', send: 'Send', attach: 'Attach files', remove: 'Remove {name}', log: 'Conversation',
    typing: 'Typing', sending: 'Sending', sent: 'Sent', read: 'Read', failed: 'Not sent', again: 'Send again',
    discard: 'Discard', more: 'Show earlier messages', offline: 'You are offline.',
    reconnecting: 'Connection lost. Reconnecting…', back_online: 'Connected again.', closed: 'This conversation has ended.',
    blocked: 'You cannot send messages at the moment.', inputClosed: 'Please answer with the buttons.',
    required: 'Please fill this in.', submit: 'Submit', submitted: 'Thank you, got it.', choose: 'Please choose',
    optional: 'optional', yes: 'Yes', no: 'No',
    consent: 'We use this only to answer you and delete it after {days} days. I agree.',
    needConsent: 'We need your consent to receive this.', badEmail: 'That is not an e-mail address we can read.',
    badPhone: 'That is not a phone number we can read. Please type the digits again.',
    tooMany: 'At most 10 files per message.', tooLarge: '{name}: files over 1 GB cannot be sent.',
    uploadFailed: '{name}: the upload failed.', slow: 'Too fast. Please try again in a moment.',
    image: 'image', file: 'file', video: 'video', audio: 'audio', map: 'View on map', sticker: 'sticker',
    unknown: 'This cannot be shown.', previous: 'Previous card', next: 'Next card', gone: 'This chat is not available.',
    you: 'You', us: 'Agent', bot: 'Chatbot', today: 'Today', yesterday: 'Yesterday', newTab: 'opens in a new tab',
  },
};

let language = 'ko';

/** Chooses the language by a tag such as `ko-KR`; everything that is not Korean is English. */
export function speak(tag) {
  language = String(tag || 'ko').toLowerCase().startsWith('ko') ? 'ko' : 'en';
  document.documentElement.lang = language;
  return language;
}

/** The language that is spoken. */
export const spoken = () => language;

/** The sentence of that name, with its places filled in. */
export function say(name, places = {}) {
  return Object.entries(places).reduce((text, [key, value]) => text.replace(`{${key}}`, value), TEXTS[language][name]);
}

/** The hour and minute of a moment. */
export const hour = (at) => new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });

/** The day of a moment, by name where it is near. */
export function day(at) {
  const date = new Date(at);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return say('today');
  if (days === 1) return say('yesterday');
  return date.toLocaleDateString(language, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' });
}
