"""What signing in hands over on this floor."""

from celery.schedules import crontab

from community.room import Room, ScheduledTask, WorkerTasks

TASKS = WorkerTasks(
    modules=("community.signin.tasks",),
    schedule=(
        ScheduledTask("sign-ins", "signin.forget_unseen", crontab(hour="4", minute="30")),
        ScheduledTask("tries", "signin.forget_tries", crontab(minute="50")),
    ),
    at_start=("signin.forget_unseen",),
)
SIGNIN = Room(name="signin", tasks=TASKS)
