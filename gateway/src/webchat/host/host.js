// Boots the web chat on the sandbox's shop, as a page of yours would.
const { channel, language, memberId, memberHash, memberName, memberGrade, open } = document.body.dataset;

function boot() {
  const member = memberId ? { member_id: memberId, member_hash: memberHash, profile: { name: memberName, grade: memberGrade } } : {};
  window.Naru('boot', { channel, language, ...member });
  if (open) window.Naru('open');
}

document.querySelector('#ask')?.addEventListener('click', () => window.Naru('open'));
const unread = document.querySelector('#unread');
if (channel) {
  boot();
  window.Naru('on', 'unread', (count) => { unread.textContent = count ? `(${count})` : ''; });
}
