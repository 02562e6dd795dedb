/* Standard input, output and error, which whoever starts a process may have closed. */
#pragma once

/* For the start of main(), before anything is opened: descriptors 0, 1 and 2 that are closed become
 * ones that neither read nor write. The next thing opened would take their number, and what is
 * printed would go into a server's socket. What uses them fails as on a closed one. */
void standard_files_reserve(void);
