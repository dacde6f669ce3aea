# What `cmake --install` puts where, and the Debian package that CPack makes of it (`make deb`).
#
# Components: `program` is what every installation gets, `shared` what `make install` has at another place than the package, `debian` the package's own:
# unit, settings file, papers.

include(GNUInstallDirs)
set(packaging "${CMAKE_SOURCE_DIR}/packaging")
set(made "${CMAKE_BINARY_DIR}/packaging")
file(MAKE_DIRECTORY "${made}")

install(TARGETS stratolite RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT program)
# The program knows its own words.
install(CODE "
  foreach(shell IN ITEMS bash zsh fish)
    execute_process(COMMAND \"$<TARGET_FILE:stratolite>\" completion \${shell} OUTPUT_FILE \"${made}/completion.\${shell}\" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()" COMPONENT program)
install(FILES "${made}/completion.bash" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME stratolite COMPONENT program)
install(FILES "${made}/completion.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" RENAME stratolite.fish COMPONENT program)
install(FILES "${made}/completion.zsh" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" RENAME _stratolite COMPONENT shared)
install(FILES LICENSE NOTICE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT shared)
install(FILES "${packaging}/stratolite.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT shared)

foreach(page IN ITEMS admin-api auth init-scripts install logging security settings testing tls worlds)
  list(APPEND pages "${CMAKE_SOURCE_DIR}/docs/${page}.md")
endforeach()
install(FILES ${pages} DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT program)
install(FILES NOTICE "${packaging}/copyright" DESTINATION share/doc/stratolite COMPONENT debian EXCLUDE_FROM_ALL)
install(CODE "execute_process(COMMAND gzip -9nc \"${packaging}/changelog\" OUTPUT_FILE \"${made}/changelog.gz\" COMMAND_ERROR_IS_FATAL ANY)"
        COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES "${made}/changelog.gz" DESTINATION share/doc/stratolite COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES "${made}/completion.zsh" DESTINATION share/zsh/vendor-completions RENAME _stratolite COMPONENT debian EXCLUDE_FROM_ALL)
install(CODE "execute_process(COMMAND gzip -9nc \"${packaging}/stratolite.1\" OUTPUT_FILE \"${made}/stratolite.1.gz\" COMMAND_ERROR_IS_FATAL ANY)"
        COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES "${made}/stratolite.1.gz" DESTINATION share/man/man1 COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES "${packaging}/stratolite.service" DESTINATION /lib/systemd/system COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES "${packaging}/stratolite.toml" DESTINATION /etc/stratolite COMPONENT debian EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL program debian)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
# /etc and /lib are below no prefix.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_VENDOR "The Stratolite authors")
set(CPACK_PACKAGE_CONTACT "The Stratolite authors <authors@stratolite.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "local AWS region in one small daemon")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Answers the APIs of Amazon Web Services on this machine, without an account
and without a network: boto3, the AWS CLI, any SDK and Terraform work with it
unchanged. For integration tests, demos and teaching. What it acknowledged
survives kill -9; worlds are copied in milliseconds; time can be moved.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The zones of schedules.
set(CPACK_DEBIAN_PACKAGE_DEPENDS tzdata)
# Signatures of SAML responses.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS libxmlsec1-openssl)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "awscli")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${packaging}/conffiles;${packaging}/postinst;${packaging}/prerm;${packaging}/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
