int reap_placeholder;
