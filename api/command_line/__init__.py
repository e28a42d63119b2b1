"""The commands of ``ict`` as they are typed: arguments, options and help; what each does lies in `api.commands`.

Every command imports what it needs when it runs, so that ``ict --help`` answers at once.
"""
