# Fuzzing. Included by build.mk. Each test/fuzz/NAME.c is one libFuzzer program,
# together with the sources that its first comment names; test/fuzz/corpus/NAME
# holds what it starts from, test/fuzz/NAME.dict its words.
fuzz := $(O)/fuzz
fuzz-names := $(basename $(notdir $(wildcard $(src)/test/fuzz/*.c)))
fuzz-tests := $(addprefix $(fuzz)/,$(fuzz-names))
fuzz-flags := -std=gnu11 -D_GNU_SOURCE= -I$(src)/reap -I$(src)/init \
	-include $(unit)/autoconf.h -g -O1 -fno-omit-frame-pointer \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all

fuzz-uses = $(call comment-uses,test/fuzz/$(1).c)

define fuzz-rule
$(fuzz)/$(1): $(src)/test/fuzz/$(1).c $(call fuzz-uses,$(1)) \
		$(src)/test/fuzz/fuzz.h $(wildcard $(src)/init/*.h) \
		$(wildcard $(src)/reap/*.h) $(unit)/autoconf.h | need-fuzz
	$$(call say,FUZZ,$(1))
	$$(Q)mkdir -p $$(@D)
	$$(Q)clang $(fuzz-flags) -o $$@ $$(filter %.c,$$^)
endef
$(foreach name,$(fuzz-names),$(eval $(call fuzz-rule,$(name))))

.PHONY: need-fuzz fuzz-programs fuzz
need-fuzz:
	$(Q)$(deps) clang
fuzz-programs: $(fuzz-tests)

# SEC: seconds for each parser; T=word: only those with it in their name. What
# is found stays in $(O)/fuzz/corpus, a crash in $(O)/fuzz/crashes.
SEC ?= 60
fuzz: $(if $(T),$(foreach t,$(fuzz-tests),$(if $(findstring $(T),$(notdir $(t))),$(t))),$(fuzz-tests))
	$(if $^,,$(error no parser has "$(T)" in its name))
	$(Q)$(src)/test/fuzz/run $(SEC) $^
